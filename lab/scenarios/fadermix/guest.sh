# Runs in the guest, sourced by init.
echo 4 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/fadermix.ko
/lab/client -c 2 -n 0 -u 200 fader write /dev/faders 7 &
/lab/client -c 1 -n 0 -u 300 meter read /dev/faders &
sleep 5
log "busy for a while now"
