# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/govtune.ko
sleep 1
/lab/client -c 3 tuned write /dev/govtune 77 &
sleep 7
log "busy for a while now"
