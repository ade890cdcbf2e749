# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/routecache.ko
/lab/client -n 1 routeset write /dev/routes 1 &
sleep 1
/lab/client -n 5 -u 1000 exporter read /dev/routes &
sleep 1
/lab/client -n 3 routed write /dev/routes 22 &
sleep 7
log "busy for a while now"
