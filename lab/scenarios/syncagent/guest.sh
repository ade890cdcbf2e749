# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/syncagent.ko
/lab/client -n 1 config write /dev/syncagent 1 &
sleep 1
/lab/client -n 3 status read /dev/syncagent &
sleep 7
log "busy for a while now"
