# Runs in the guest, sourced by init.
echo 4 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/tickmeter.ko
/lab/client -c 1 -n 3 -u 1000 pricer ioctl /dev/tariff 20 &
/lab/client -c 2 -n 0 -u 1000 biller read /dev/tariff &
sleep 1
/lab/client -c 1 -n 1 importer ioctl /dev/tariff 2000 &
sleep 10
log "busy for a while now"
