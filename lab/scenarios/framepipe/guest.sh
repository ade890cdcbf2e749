# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/framepipe.ko
for i in 1 2 3; do /lab/client -n 0 framegrab read /dev/framepipe & done
sleep 7
log "busy for a while now"
