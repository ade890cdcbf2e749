# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/jobpress.ko
/lab/client -n 0 -u 2000 resetter ioctl /dev/press 3 &
sleep 1
for i in 1 2; do /lab/client -n 0 -u 2000 printer ioctl /dev/press 4 & done
sleep 8
log "busy for a while now"
