# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/tariffdb.ko
/lab/client -c 2 -n 20 -u 5000 billing read /dev/tariffdb &
/lab/client -c 1 importer write /dev/tariffdb tariff &
sleep 0.3
/lab/client -c 2 -n 0 -u 5000 billing read /dev/tariffdb &
/lab/client -c 3 -n 0 -u 5000 quoter read /dev/tariffdb &
sleep 8
log "busy for a while now"
