# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/batchrun.ko
/lab/client -n 3 -u 1000 feeder write /dev/batch &
sleep 1
/lab/client -n 1 launcher ioctl /dev/batch 11 &
sleep 1
/lab/client -n 1 launcher ioctl /dev/batch 12 &
sleep 1
for i in 1 2; do /lab/client -n 9 -u 1000 collector write /dev/batch & done
sleep 7
log "busy for a while now"
