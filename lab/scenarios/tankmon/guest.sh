# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/tankmon.ko
/lab/client -c 2 -n 0 -u 1000 gauge read /dev/tankmon &
/lab/client -c 1 -n 0 -u 500 calib write /dev/tankmon 7 &
sleep 7
log "busy for a while now"
