# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/pipeworks.ko
/lab/client -n 1 inlet write /dev/pipeworks 1 &
sleep 1
/lab/client -n 3 watcher read /dev/pipeworks &
sleep 7
log "busy for a while now"
