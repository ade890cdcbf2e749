# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/cartlib.ko
/lab/client -n 2 -u 1000 mover ioctl /dev/cart0 21 &
sleep 1
(exec sh -c 'echo 8 > /sys/block/cart0/queue/nr_requests') &
sleep 1
(exec dd if=/dev/cart0 of=/dev/null bs=4k count=1) &
sleep 8
log "busy for a while now"
