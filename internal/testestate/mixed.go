package testestate

import (
	"fmt"
	"path/filepath"
	"strings"
)

// WriteMixed writes a repository of about n files in every format below dir,
// some 25 lines each: root modules, templates of both clouds, manifests,
// charts, overlays, recipes of images, Compose files and workflows.
func WriteMixed(dir string, n int) error {
	for i := 0; i < n; {
		for _, m := range mixture {
			for name, text := range m {
				text = strings.NewReplacer("%N", fmt.Sprintf("n%04d", i), "%D", fmt.Sprint(i%5)).Replace(text)
				path := filepath.Join(dir, strings.ReplaceAll(name, "%N", fmt.Sprintf("n%04d", i)))
				if err := writeFile(path, text); err != nil {
					return err
				}
			}
			i += len(m)
		}
	}
	return nil
}

// mixture is one part of such a repository: files that belong together, by path.
var mixture = []map[string]string{
	{"terraform/%N/main.tf": `
variable "size" {
  default = "t3.micro"
}
resource "aws_s3_bucket" "%N" {
  bucket = "data-%N"
}
resource "aws_s3_bucket_public_access_block" "%N" {
  bucket                  = aws_s3_bucket.%N.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = true
  restrict_public_buckets = true
}
resource "aws_instance" "%N" {
  ami           = "ami-0abcdef1234567890"
  instance_type = var.size
  root_block_device {
    encrypted = %D > 2
  }
}
resource "azurerm_storage_account" "%N" {
  name                     = "st%N"
  location                 = "westeurope"
  resource_group_name      = "rg"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}
resource "google_storage_bucket" "%N" {
  name     = "gs-%N"
  location = "EU"
}
`},
	{"templates/%N.yaml": `
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Stage: {Type: String, Default: test}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub "${Stage}-%N"
      SqsManagedSseEnabled: true
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {AWS: "111122223333"}
            Action: "sqs:SendMessage"
            Resource: !GetAtt Queue.Arn
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration: {Status: Enabled}
`},
	{"azure/%N.json": `{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "prefix": {"type": "string", "defaultValue": "%N"}
  },
  "variables": {
    "name": "[concat('st', parameters('prefix'))]"
  },
  "resources": [
    {
      "type": "Microsoft.Storage/storageAccounts",
      "apiVersion": "2023-05-01",
      "name": "[variables('name')]",
      "location": "westeurope",
      "sku": {"name": "Standard_LRS"},
      "kind": "StorageV2",
      "properties": {
        "supportsHttpsTrafficOnly": true,
        "minimumTlsVersion": "TLS1_2"
      }
    }
  ]
}
`},
	{"manifests/%N.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: %N
  namespace: shop
spec:
  replicas: 2
  selector:
    matchLabels: {app: %N}
  template:
    metadata:
      labels: {app: %N}
    spec:
      containers:
        - name: app
          image: registry.example.com/%N:1.%D
          ports:
            - containerPort: 8080
          resources:
            limits: {memory: 256Mi}
---
apiVersion: v1
kind: Service
metadata:
  name: %N
  namespace: shop
spec:
  selector: {app: %N}
  ports:
    - port: 80
`},
	{"images/%N/Dockerfile": `
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN go build -o /app ./cmd/app
FROM debian:13
RUN apt-get update && \
    apt-get install -y ca-certificates && \
    rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
USER app
ENTRYPOINT ["/app"]
`, "images/%N/compose.yaml": `
services:
  app:
    build: .
    environment:
      LOG_LEVEL: info
      DATABASE_HOST: db
    depends_on: [db]
    restart: always
  db:
    image: postgres:17
    volumes:
      - data:/var/lib/postgresql/data
volumes:
  data: {}
`},
	{"overlays/%N/base/kustomization.yaml": "resources: [app.yaml]\n", "overlays/%N/base/app.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: %N
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: app
          image: app:1
`, "overlays/%N/production/kustomization.yaml": "namespace: %N\nresources: [../base]\n"},
	{"charts/%N/Chart.yaml": "apiVersion: v2\nname: %N\nversion: 1.0.0\n", "charts/%N/values.yaml": "replicas: 2\nimage: app\n", "charts/%N/templates/app.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec:
      containers:
        - name: app
          image: "{{ .Values.image }}:{{ .Chart.Version }}"
          {{- with .Values.resources }}
          resources: {{ toYaml . | nindent 12 }}
          {{- end }}
`},
	{"services/%N/.github/workflows/ci.yml": `
name: CI
on: [push, pull_request]
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-go@v6
        with:
          go-version: stable
      - run: go test ./...
`},
	{"docs/%N.yaml": "title: nothing to assess\n" + strings.Repeat("- a line of something else\n", 30)},
}
