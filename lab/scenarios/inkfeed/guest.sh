# Runs in the guest, sourced by init.
/lab/idlers
insmod /lab/inkfeed.ko
/lab/client -n 0 -u 1000 stroker write /dev/ink 1 &
sleep 1
for i in 1 2 3; do /lab/client -n 0 -u 1000 gauge ioctl /dev/ink 1 & done
sleep 6
log "busy for a while now"
