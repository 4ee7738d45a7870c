#include <config.h>
#include <sigen/lab.h>

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_odeiv2.h>
#include <math.h>

#define INTERVALS 1000

sg_status sg_lab_integrate(double (*f)(double x, void *data), void *data, double a, double b,
                           double atol, double rtol, double *value, sg_error *err)
{
    gsl_integration_workspace *w = gsl_integration_workspace_alloc(INTERVALS);
    gsl_function fn = {f, data};
    double error, v;
    int rc;
    if (!w)
        return sg_fail(err, SG_ENOMEM, "no room for a quadrature");
    if (isinf(a) && isinf(b))
        rc = gsl_integration_qagi(&fn, atol, rtol, INTERVALS, w, &v, &error);
    else if (isinf(b))
        rc = gsl_integration_qagiu(&fn, a, atol, rtol, INTERVALS, w, &v, &error);
    else if (isinf(a))
        rc = gsl_integration_qagil(&fn, b, atol, rtol, INTERVALS, w, &v, &error);
    else
        rc = gsl_integration_qags(&fn, a, b, atol, rtol, INTERVALS, w, &v, &error);
    gsl_integration_workspace_free(w);
    if (rc)
        return sg_fail(err, SG_ECONV, "quadrature: %s", gsl_strerror(rc));
    *value = v;
    return SG_OK;
}

sg_status sg_lab_eigen_symmetric(double *a, size_t n, double *values, double *vectors,
                                 sg_error *err)
{
    if (!n)
        return SG_OK;
    gsl_eigen_symmv_workspace *w = gsl_eigen_symmv_alloc(n);
    gsl_matrix *v = gsl_matrix_alloc(n, n);
    gsl_vector *e = gsl_vector_alloc(n);
    sg_status st = SG_OK;
    if (!w || !v || !e) {
        st = sg_fail(err, SG_ENOMEM, "no room for %zu eigenvalues", n);
        goto done;
    }
    gsl_matrix_view m = gsl_matrix_view_array(a, n, n);
    int rc = gsl_eigen_symmv(&m.matrix, e, v, w);
    if (!rc)
        rc = gsl_eigen_symmv_sort(e, v, GSL_EIGEN_SORT_VAL_ASC);
    if (rc) {
        st = sg_fail(err, SG_ECONV, "eigenvalues: %s", gsl_strerror(rc));
        goto done;
    }
    for (size_t k = 0; k < n; k++) {
        values[k] = gsl_vector_get(e, k);
        for (size_t i = 0; vectors && i < n; i++)
            vectors[k * n + i] = gsl_matrix_get(v, i, k);
    }
done:
    gsl_vector_free(e);
    gsl_matrix_free(v);
    gsl_eigen_symmv_free(w);
    return st;
}

typedef struct problem {
    int (*f)(double t, const double *y, double *dy, void *data);
    void *data;
    double sign; /* GSL wants a positive direction: time is mirrored when t1 < t0 */
    size_t n;
} problem;

static int rhs(double t, const double y[], double dy[], void *p)
{
    const problem *q = p;
    int rc = q->f(q->sign * t, y, dy, q->data);
    for (size_t i = 0; i < q->n; i++)
        dy[i] *= q->sign;
    return rc ? GSL_EBADFUNC : GSL_SUCCESS;
}

sg_status sg_lab_ode(int (*f)(double t, const double *y, double *dy, void *data), void *data,
                     double *y, size_t n, double t0, double t1, double atol, double rtol,
                     sg_error *err)
{
    problem p = {f, data, t1 >= t0 ? 1 : -1, n};
    if (t0 == t1 || n == 0)
        return SG_OK;
    gsl_odeiv2_system sys = {rhs, NULL, n, &p};
    double t = p.sign * t0;
    gsl_odeiv2_driver *d = gsl_odeiv2_driver_alloc_y_new(&sys, gsl_odeiv2_step_rk8pd,
                                                         1e-3 * fabs(t1 - t0), atol, rtol);
    if (!d)
        return sg_fail(err, SG_ENOMEM, "no room to integrate %zu equations", n);
    gsl_odeiv2_driver_set_nmax(d, 1000000);
    int rc = gsl_odeiv2_driver_apply(d, &t, p.sign * t1, y);
    gsl_odeiv2_driver_free(d);
    if (rc)
        return sg_fail(err, SG_ECONV, "integration stopped at t = %g: %s", p.sign * t,
                       gsl_strerror(rc));
    return SG_OK;
}
