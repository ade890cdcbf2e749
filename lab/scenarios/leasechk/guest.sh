# Runs in the guest, sourced by init.
/lab/idlers
insmod /lab/leasechk.ko
( /lab/client dhclient ioctl /dev/leases 9 ) &
