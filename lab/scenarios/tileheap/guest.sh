# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/tileheap.ko
/lab/client -n 0 -u 5000 vsync ioctl /dev/tileheap 1 &
sleep 1
/lab/client -n 0 -u 2000 painter read /dev/tileheap &
/lab/client -n 0 -u 2000 overlay ioctl /dev/tileheap 2 &
sleep 7
log "busy for a while now"
