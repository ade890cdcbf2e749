# Runs in the guest, sourced by init.
/lab/idlers
insmod /lab/fluxpump.ko
/lab/client -c 1 starter ioctl /dev/fluxpump 1 &
sleep 1
/lab/client -c 2 -n 9 -u 1000 manometer read /dev/fluxpump &
sleep 9
log "busy for a while now"
