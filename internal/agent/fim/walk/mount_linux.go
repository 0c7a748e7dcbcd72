package walk

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// notFiles are kinds of file systems that hold no files of this host: the
// kernel's own views, and what others keep on the network.
var notFiles = map[int64]string{
	unix.PROC_SUPER_MAGIC: "proc", unix.SYSFS_MAGIC: "sysfs", unix.DEVPTS_SUPER_MAGIC: "devpts", unix.CGROUP_SUPER_MAGIC: "cgroup",
	unix.CGROUP2_SUPER_MAGIC: "cgroup2", unix.DEBUGFS_MAGIC: "debugfs", unix.TRACEFS_MAGIC: "tracefs", unix.SECURITYFS_MAGIC: "securityfs",
	unix.SELINUX_MAGIC: "selinuxfs", unix.BPF_FS_MAGIC: "bpf", unix.PSTOREFS_MAGIC: "pstore", unix.EFIVARFS_MAGIC: "efivarfs",
	unix.HUGETLBFS_MAGIC: "hugetlbfs", unix.BINFMTFS_MAGIC: "binfmt_misc", unix.AUTOFS_SUPER_MAGIC: "autofs", unix.NSFS_MAGIC: "nsfs",
	0x19800202: "mqueue", 0x65735543: "fusectl", 0x62656570: "configfs", 0x67596969: "rpc_pipefs",
	unix.NFS_SUPER_MAGIC: "nfs", unix.CIFS_SUPER_MAGIC: "cifs", unix.SMB2_SUPER_MAGIC: "smb2", unix.SMB_SUPER_MAGIC: "smb", unix.AFS_SUPER_MAGIC: "afs",
	unix.CEPH_SUPER_MAGIC: "ceph", unix.V9FS_MAGIC: "9p", unix.FUSE_SUPER_MAGIC: "fuse", 0x0bd00bd0: "lustre", 0x47504653: "gpfs",
}

// foreign tells whether the file system of an open directory is none to look at.
func foreign(fd int) (kind string, is bool) {
	var fs unix.Statfs_t
	if err := unix.Fstatfs(fd, &fs); err != nil {
		return fmt.Sprintf("unknown: %v", err), true
	}
	kind, is = notFiles[int64(fs.Type)] //nolint:unconvert // its type differs by processor
	return kind, is
}
