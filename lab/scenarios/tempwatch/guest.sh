# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/tempwatch.ko
/lab/client -c 3 -n 20 -u 1000 reader read /dev/tempwatch &
sleep 1
/lab/client -c 2 thermald write /dev/tempwatch 0 &
sleep 7
log "busy for a while now"
