resource "aws_datapipeline_pipeline" "copy" {
  name = "copy"
}

resource "aws_datapipeline_pipeline_definition" "copy" {
  pipeline_id = aws_datapipeline_pipeline.copy.id
  pipeline_object {
    id   = "Default"
    name = "Default"
    field {
      key          = "workerGroup"
      string_value = "workers"
    }
  }
}
