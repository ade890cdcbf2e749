# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/loomctl.ko
sleep 1
/lab/client -n 1 tracer ioctl /dev/loomctl 1 &
sleep 1
/lab/client -n 1 asker ioctl /dev/loomctl 12 &
sleep 6
sleep 8
log "busy for a while now"
