# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/meterio.ko
/lab/client -n 3 -u 1000 totals read /dev/meter &
sleep 1
/lab/client -n 5 -u 1000 sampler ioctl /dev/meter 7 &
sleep 1
for i in 1 2; do /lab/client -n 9 -u 1000 billing read /dev/meter & done
sleep 7
log "busy for a while now"
