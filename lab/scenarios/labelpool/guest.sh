# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/labelpool.ko
/lab/client -n 0 -u 2000 labeller ioctl /dev/labelpool 4 &
sleep 1
/lab/client -n 1 toolong ioctl /dev/labelpool 12 &
sleep 1
/lab/client -n 0 -u 2000 stamper ioctl /dev/labelpool 2 &
sleep 7
log "busy for a while now"
