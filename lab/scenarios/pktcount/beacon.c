// SPDX-License-Identifier: GPL-2.0-or-later
/* beacon PORT...: sends one datagram to each port of 127.0.0.1, from one socket. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	for (int i = 1; i < argc; i++) {
		struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[i])) };

		to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		sendto(fd, "here", 4, 0, (struct sockaddr *)&to, sizeof(to));
		usleep(200000);
	}
	return 0;
}
