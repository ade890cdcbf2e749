# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/scriptdev.ko
/lab/client -n 3 -u 1000 warmup read /dev/script &
sleep 1
/lab/author &
sleep 1
for i in 1 2 3; do /lab/client -n 9 -u 1000 player read /dev/script & done
sleep 7
log "busy for a while now"
