# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/desclist.ko
/lab/client -c 1 -n 0 -u 20000 -f txclean read /dev/desclist &
sleep 1
/lab/client -c 3 -n 9 -u 100 txadd ioctl /dev/desclist 6 &
sleep 7
log "busy for a while now"
