# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/plotdev.ko
(/lab/client sketch write /dev/plotter) &
sleep 1
for i in 1 2 3; do /lab/client -n 9 -u 1000 plotclient ioctl /dev/plotter 1 & done
sleep 7
log "busy for a while now"
