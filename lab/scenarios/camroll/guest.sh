# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/camroll.ko
mkdir /tmp/freezer
mount -t cgroup -o freezer none /tmp/freezer
mkdir /tmp/freezer/cams
/lab/client -n 1 filmer ioctl /dev/camroll 1 &
echo $! > /tmp/freezer/cams/tasks
sleep 0.5
echo FROZEN > /tmp/freezer/cams/freezer.state
sleep 1
/lab/client -n 1 viewer ioctl /dev/camroll 12 &
sleep 8
log "busy for a while now"
