# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
echo -1 > /proc/sys/kernel/sched_rt_runtime_us
/lab/idlers
insmod /lab/pollrt.ko
/lab/client -n 3 -u 1000 asker read /dev/line &
sleep 1
/lab/client poker write /dev/line 1 &
sleep 1
for i in 1 2 3; do /lab/client -n 9 -u 1000 asker read /dev/line & done
sleep 8
log "busy for a while now"
