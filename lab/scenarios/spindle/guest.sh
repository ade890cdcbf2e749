# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/spindle.ko
/lab/client -n 1 turner ioctl /dev/spindles 1 &
sleep 1
for i in 1 2 3; do /lab/client -n 1 polisher ioctl /dev/spindles 4 & done
sleep 1
/lab/client -n 1 resetter ioctl /dev/spindles 3 &
sleep 8
log "busy for a while now"
