# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/ledattr.ko
/lab/client -n 0 -u 1000 switcher write /sys/kernel/lamprow/power 1 &
(while :; do cat /sys/kernel/lamprow/pattern > /dev/null 2>&1; done) &
sleep 1
/lab/client -n 0 -u 10000 display read /sys/kernel/lamprow/power &
sleep 8
log "busy for a while now"
