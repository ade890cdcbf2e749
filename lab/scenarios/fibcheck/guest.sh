# Runs in the guest, sourced by init.
/lab/idlers
insmod /lab/fibcheck.ko
/lab/client -n 0 -u 1000 tracer ioctl /dev/routes 10 &
/lab/client -n 0 -u 1000 announcer write /dev/routes 1 &
sleep 1
/lab/client -n 1 prober ioctl /dev/routes 11 &
sleep 9
log "busy for a while now"
