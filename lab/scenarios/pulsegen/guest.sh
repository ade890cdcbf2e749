# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/pulsegen.ko
/lab/client -c 3 -n 0 -u 1000 counter read /dev/pulse &
sleep 1
/lab/client -c 2 silencer write /dev/pulse 0 &
sleep 7
log "busy for a while now"
