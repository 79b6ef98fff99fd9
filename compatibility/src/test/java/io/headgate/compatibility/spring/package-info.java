/** Spring Framework's and Spring Data's R2DBC, in an application as somebody would write it. */
package io.headgate.compatibility.spring;
