# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/ratetab.ko
/lab/client -c 2 -n 20 -u 5000 quote read /dev/ratetab &
/lab/client -c 1 ratefeed write /dev/ratetab rate &
sleep 0.3
/lab/client -c 2 -n 0 -u 5000 quote read /dev/ratetab &
/lab/client -c 3 -n 0 -u 5000 trader read /dev/ratetab &
sleep 8
log "busy for a while now"
