# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/watchdog_thresh
echo 1 > /proc/sys/kernel/softlockup_panic
insmod /lab/pollspin.ko
/lab/client -c 0 -n 0 -u 1000 serreader read /dev/serbus &
sleep 0.3
/lab/client -c 1 serwriter write /dev/serbus data &
