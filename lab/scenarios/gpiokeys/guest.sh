# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/gpiokeys.ko
sleep 1
/lab/client -c 3 keyconf write /dev/keys 17 &
sleep 7
log "busy for a while now"
