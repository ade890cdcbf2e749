# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/valvectl.ko
sleep 1
/lab/client shutoff ioctl /dev/valve 0 &
sleep 1
for i in 1 2; do /lab/client -n 3 -u 1000 gauge write /dev/valve 5 & done
sleep 8
log "busy for a while now"
