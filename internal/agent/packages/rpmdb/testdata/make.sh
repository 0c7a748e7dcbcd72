#!/bin/sh
# Makes the databases beside it from packages of our own, with rpm and Berkeley DB's tools.
set -eu
out=$(cd "$(dirname "$0")" && pwd); work=$(mktemp -d); cd "$work"
mkdir -p BUILD RPMS SOURCES SPECS files
spec() { # name epoch version release arch module
cat > SPECS/$1.spec <<S
Name: $1
Epoch: $2
Version: $3
Release: $4
Summary: A package of the fixtures
License: Apache-2.0
Vendor: $7
$( [ -z "$6" ] || echo "ModularityLabel: $6" )
%description
A package of the fixtures.
%package libs
Summary: Its libraries
%description libs
Its libraries.
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/lib64 %{buildroot}/etc %{buildroot}/var/log
printf 'program %s' $1 > %{buildroot}/usr/bin/$1
chmod 4755 %{buildroot}/usr/bin/$1
printf 'library %s' $1 > %{buildroot}/usr/lib64/lib$1.so.1.0
ln -s lib$1.so.1.0 %{buildroot}/usr/lib64/lib$1.so.1
printf 'setting=1' > %{buildroot}/etc/$1.conf
touch %{buildroot}/var/log/$1.log
%files
/usr/bin/$1
%config(noreplace) /etc/$1.conf
%ghost /var/log/$1.log
%files libs
/usr/lib64/lib$1.so.1.0
/usr/lib64/lib$1.so.1
%changelog
* Fri Mar 01 2024 Somebody <somebody@example.com> - $3-$4
$(i=0; while [ $i -lt ${8:-1} ]; do echo "- change $i of the many that make a header longer than a page"; i=$((i+1)); done)
S
rpmbuild --quiet --define "_topdir $work" --define "_build_id_links none" --define 'debug_package %{nil}' --define "use_source_date_epoch_as_buildtime 1" --target $5 -bb SPECS/$1.spec >/dev/null 2>&1
}
rocky='Rocky Enterprise Software Foundation'
spec openssl 1 3.0.7 28.el9_4 x86_64 '' "$rocky" 120
spec nodejs 1 18.20.2 1.module+el9.4.0+22195+c221878e x86_64 'nodejs:18:9040020240419113329:rhel9' "$rocky" 3
spec kernel-core 0 5.14.0 427.13.1.el9_4 x86_64 '' "$rocky" 200
spec htop 0 3.3.0 1.el9 x86_64 '' 'Fedora Project' 1
rpm --root "$work/root" --define '_db_backend sqlite' --define '_dbpath /db' --initdb
rpm --root "$work/root" --define '_db_backend sqlite' --define '_dbpath /db' -i --justdb --nodeps --ignorearch --force-debian RPMS/*/*.rpm
cp "$work/root/db/rpmdb.sqlite" "$out/rpmdb.sqlite"
python3 - "$out" <<'P'
import sqlite3,sys,subprocess
out=sys.argv[1]
rows=sqlite3.connect(out+'/rpmdb.sqlite').execute('select hnum,blob from Packages').fetchall()
for order,name in ((1234,'Packages'),(4321,'Packages.big')):
    t='VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=4096\ndb_lorder=%d\nHEADER=END\n'%order
    fmt='little' if order==1234 else 'big'
    t+=' 00000000\n '+len(rows).to_bytes(4,fmt).hex()+'\n'
    for n,b in rows: t+=' '+n.to_bytes(4,fmt).hex()+'\n '+b.hex()+'\n'
    t+='DATA=END\n'
    import os
    if os.path.exists(out+'/'+name): os.remove(out+'/'+name)
    subprocess.run(['db5.3_load',out+'/'+name],input=t.encode(),check=True)
# rpm here is built without NDB, whose format is simple enough.
import struct,zlib
blobs=b''; slots=b''
for n,b in rows:
    blocks=(16+len(b)+12+15)//16
    body=(b'BlbS'+struct.pack('<III',n,1,len(b))+b).ljust(blocks*16-12,b'\0')
    slots+=b'Slot'+struct.pack('<III',n,256+len(blobs)//16,blocks)
    blobs+=body+struct.pack('<II4s',zlib.adler32(body),len(b),b'BlbE')
head=(b'RpmP'+struct.pack('<IIII',0,1,1,len(rows)+1)).ljust(32,b'\0')
slots=(head+slots).ljust(4096,b'\0'); slots=bytearray(slots)
for at in range(32+16*len(rows),4096,16): slots[at:at+4]=b'Slot'
# A transaction that only the write-ahead log has yet.
import shutil
c=sqlite3.connect(out+'/wal.sqlite'); c.execute('pragma journal_mode=wal'); c.execute('pragma wal_autocheckpoint=0')
c.execute('create table Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)')
c.executemany('insert into Packages values(?,?)',rows[:-1]); c.commit(); c.execute('pragma wal_checkpoint(truncate)')
c.execute('insert into Packages values(?,?)',rows[-1]); c.commit()
shutil.copy(out+'/wal.sqlite',out+'/logged.sqlite'); shutil.copy(out+'/wal.sqlite-wal',out+'/logged.sqlite-wal')
c.close(); os.remove(out+'/wal.sqlite')
open(out+'/Packages.db','wb').write(bytes(slots)+blobs)
P
ls -la "$out"; gzip -9nf "$out"/logged.sqlite "$out"/logged.sqlite-wal "$out"/rpmdb.sqlite "$out"/Packages.db "$out"/Packages "$out"/Packages.big
