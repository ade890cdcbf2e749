# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
mke2fs /dev/ram0 > /dev/null 2>&1
mkdir /tmp/data
mount -t ext4 /dev/ram0 /tmp/data
echo old > /tmp/data/notes
fsfreeze --freeze /tmp/data
sleep 1
(exec dd if=/dev/zero of=/tmp/data/notes bs=1k count=4) &
(exec touch /tmp/data/other) &
(exec mkdir /tmp/data/folder) &
sleep 8
log "busy for a while now"
