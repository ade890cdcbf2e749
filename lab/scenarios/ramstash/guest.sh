# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/ramstash.ko
(exec dd if=/dev/stash0 of=/dev/null bs=4k skip=100 count=1) &
sleep 1
(exec dd if=/dev/stash0 of=/dev/null bs=4k count=2) &
sleep 7
log "busy for a while now"
