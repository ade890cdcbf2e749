# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/framesync.ko
for i in 1 2 3; do /lab/client -n 0 -u 3000 camera$i read /dev/frames & done
sleep 8
log "busy for a while now"
