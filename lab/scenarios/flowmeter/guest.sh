# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/flowmeter.ko
/lab/client -c 1 -n 0 -u 500 sumup write /dev/flowmeter 7 &
sleep 7
log "busy for a while now"
