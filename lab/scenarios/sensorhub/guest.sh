# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/sensorhub.ko
/lab/client -c 2 -n 9 -u 1000 weather read /dev/sensorhub &
sleep 7
log "busy for a while now"
