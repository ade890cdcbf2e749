# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/mixbus.ko
/lab/client -c 2 -n 20 -u 5000 linker read /dev/mixbus &
/lab/client -c 1 muter ioctl /dev/mixbus 4 &
sleep 0.3
/lab/client -c 2 -n 0 -u 5000 linker read /dev/mixbus &
sleep 8
log "busy for a while now"
