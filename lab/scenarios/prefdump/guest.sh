# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/prefdump.ko
/lab/prefread peek &
sleep 8
log "busy for a while now"
