# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
echo 1 > /proc/sys/kernel/hung_task_panic
insmod /lab/crosslock.ko
/lab/client payroll ioctl /dev/accounts 11 &
/lab/client invoicing ioctl /dev/accounts 12 &
