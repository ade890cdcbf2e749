// SPDX-License-Identifier: GPL-2.0-or-later
/* Gives a socket to /dev/sockgate, then asks for its name. usage: sockuser NAME */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_storage name;
	socklen_t size = sizeof(name);
	int s = socket(AF_UNIX, SOCK_DGRAM, 0), fd = open("/dev/sockgate", O_RDWR);

	if (argc != 2 || fd < 0 || s < 0)
		return 1;
	prctl(PR_SET_NAME, argv[1]);
	if (ioctl(fd, s, 0))
		return 1;
	return getsockname(s, (struct sockaddr *)&name, &size);
}
