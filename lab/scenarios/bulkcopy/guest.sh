# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/bulkcopy.ko
/lab/client -n 1 copier write /dev/bulkcopy 1 &
sleep 1
/lab/client -n 3 progress read /dev/bulkcopy &
sleep 7
log "busy for a while now"
