# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/nvsim.ko
/lab/client -n 3 -u 1000 fsprobe read /dev/nvsim0 &
(sleep 1; exec dd if=/dev/nvsim0 of=/dev/null bs=64k) &
sleep 2
(exec sh -c 'echo 8 > /sys/block/nvsim0/queue/nr_requests') &
sleep 1
(exec dd if=/dev/nvsim0 of=/dev/null bs=4k skip=100) &
sleep 8
log "busy for a while now"
