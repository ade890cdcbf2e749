# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/rxpoll.ko
/lab/client resetter ioctl /dev/rxpoll 1 &
sleep 1
/lab/client asker ioctl /dev/rxpoll 12 &
sleep 8
log "busy for a while now"
