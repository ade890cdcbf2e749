# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/padscan.ko
/lab/client -u 1000 scanner ioctl /dev/padscan 1 &
sleep 1
/lab/client -u 1000 asker ioctl /dev/padscan 13 &
sleep 8
sleep 8
log "busy for a while now"
