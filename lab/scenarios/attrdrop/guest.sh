# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/attrdrop.ko
/lab/client dropper write /sys/kernel/licence/drop 1 &
sleep 9
log "busy for a while now"
