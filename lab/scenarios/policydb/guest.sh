# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/policydb.ko
/lab/client lookup read /dev/policy &
sleep 1
/lab/client policyd write /dev/policy 5 &
sleep 9
log "busy for a while now"
